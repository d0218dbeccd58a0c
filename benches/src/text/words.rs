//! The words that texts are made of.

/// The words of one language, separated by spaces.
pub(super) struct Words {
    /// Words without a topic, the most frequent first.
    pub(super) common: &'static str,
    /// What customers write about, and what shops look for.
    pub(super) topics: &'static str,
}

pub(super) const ENGLISH: Words = Words {
    common: "the i to my a and is it you for not have of this in that on was but be with your me please can when no so do \
        at if would what from still has been will or get there am we are as after out could they how again just an any \
        because hello hi thank thanks regards today yesterday never already only",
    topics: "order parcel refund delivery invoice return money payment account card address product size colour courier \
        tracking number package exchange warranty complaint discount voucher subscription email password receipt stock \
        broken damaged missing wrong late lost charged twice cancel cancelled change waiting arrived received sent \
        shipped delivered opened missed tried contact answer week days black blue red shoes shirt jacket charger battery \
        screen cable box label signature neighbour warehouse customs price",
};

pub(super) const FRENCH: Words = Words {
    common: "je de la le et à vous pas l' j'ai est que ne pour mon en un une les ma d' ce des il n'ai bonjour votre me du sur \
        mais avec suis c'est très plus qui si depuis merci dans n'est être s'il plaît toujours quand été cette comment \
        encore avoir nous au où jamais cordialement rien déjà aussi après",
    topics: "commande colis remboursement livraison facture retour argent paiement compte carte adresse article taille \
        couleur transporteur suivi numéro échange garantie réclamation réduction bon abonnement courriel reçu stock \
        cassé abîmé manquant erreur retard perdu débité annuler annulée modifier attends arrivé reçue envoyé expédié \
        livré ouvert manqué essayé joindre réponse semaine jours noir bleu rouge chaussures chemise veste chargeur \
        batterie écran câble boîte étiquette signature voisin entrepôt douane prix",
};

pub(super) const POLISH: Words = Words {
    common: "nie i w na się z do że to jest mam proszę o a za dzień dobry czy ale po jak już mi od dla co tak jeszcze moje \
        ten tego został nadal bardzo przez kiedy która który są tylko było być mnie będzie pozdrawiam dziękuję dlaczego \
        wciąż ponieważ dziś wczoraj nigdy więc też jestem gdzie również żeby może państwa",
    topics: "zamówienie paczka zwrot dostawa faktura pieniądze płatność konto karta adres produkt rozmiar kolor kurier \
        śledzenie numer przesyłka wymiana gwarancja reklamacja rabat kupon subskrypcja mail hasło paragon magazyn \
        uszkodzony brakuje błędny opóźniona zgubiona obciążono dwukrotnie anulować anulowane zmienić czekam dotarła \
        otrzymałem wysłana doręczona otwarta próbowałem kontakt odpowiedź tydzień dni czarny niebieski żółty buty \
        koszula kurtka ładowarka bateria ekran kabel pudełko etykieta podpis sąsiad łódź cło cena",
};

pub(super) const GERMAN: Words = Words {
    common: "ich die der und nicht das ist zu in habe mir sie es mit ein eine auf für den bitte noch wann ihre guten tag \
        meine mein von wird sind im wurde aber dass hallo wir schon bei war wie kann seit was nach als so mehr am \
        immer außerdem über danke vielen grüße hätte möchte warum leider heute gestern",
    topics: "bestellung paket rückerstattung lieferung rechnung rücksendung geld zahlung konto karte adresse artikel \
        größe farbe bote sendungsverfolgung nummer umtausch garantie beschwerde rabatt gutschein abonnement email \
        passwort beleg lager kaputt beschädigt fehlt falsch verspätet verloren abgebucht zweimal stornieren storniert \
        ändern warte angekommen erhalten verschickt zugestellt geöffnet verpasst versucht erreichen antwort woche tage \
        schwarz blau rot schuhe hemd jacke ladegerät akku bildschirm kabel schachtel etikett unterschrift nachbar \
        straße zoll preis",
};

pub(super) const VIETNAMESE: Words = Words {
    common: "của tôi chưa không và được xin chào bị vui lòng vẫn đang số bao giờ cảm ơn người",
    topics: "đơn hàng đến gói hoàn tiền giao hóa hỏng chờ địa chỉ sai màu sắc kích thước trả lại tuần theo dõi vận chuyển \
        nhận đổi bảo hành khiếu nại thẻ thanh toán hủy sản phẩm",
};

pub(super) const RUSSIAN: Words = Words {
    common: "не и мой это с для когда ещё будет этот здравствуйте пожалуйста никогда спасибо",
    topics: "заказ посылка возврат доставка счёт сломан жду адрес ошибка цвет размер деньги неделя отслеживание номер \
        курьер пришла обмен гарантия жалоба списали дважды карта оплата отменить подписка товар",
};

pub(super) const GREEK: Words = Words {
    common: "το μου δεν και για με θα αυτό πότε ακόμη καλημέρα παρακαλώ ποτέ ευχαριστώ",
    topics: "παραγγελία δέμα επιστροφή παράδοση τιμολόγιο σπασμένο περιμένω διεύθυνση λάθος χρώμα μέγεθος χρήματα εβδομάδα \
        παρακολούθηση αριθμός έφτασε ανταλλαγή εγγύηση παράπονο χρεώθηκα δύο φορές κάρτα πληρωμή ακύρωση συνδρομή προϊόν",
};

pub(super) const KOREAN: Words = Words {
    common: "제가 아직 언제 안녕하세요 부탁드립니다 전혀 감사합니다 있나요 받을 수 않았습니다",
    topics: "주문 택배 환불 배송 영수증 고장 기다리고 주소 잘못 색상 크기 반품 돈을 이번주 추적 번호 기사님 도착하지 교환 보증 \
        불만 청구 두번 카드 결제 취소 구독 상품을",
};

pub(super) const JAPANESE: Words = Words {
    common: "まだ お願い します いません こんにちは。 ありがとう ございます いつ",
    topics: "注文した 荷物が 届いて 返金 配送 領収書 壊れて 住所 間違い カラー サイズ 返品 今週 追跡 番号 ドライバー 交換 保証 \
        クレーム 二重請求 カード 支払い キャンセル サブスクリプション 商品を 受け取れますか、",
};

pub(super) const CHINESE: Words = Words {
    common: "您好， 请问 谢谢 什么时候 从未 可以收到",
    topics: "我的订单 包裹 退款 配送 发票 损坏了。 仍在等待 地址错误 颜色 尺寸 退货 本周 追踪号码 快递员 送达 更换 保修 投诉 \
        重复扣款 银行卡 付款 取消 订阅 这个产品",
};

pub(super) const HINDI: Words = Words {
    common: "मेरा और के लिए यह कब अभी नहीं नमस्ते कृपया कभी धन्यवाद साथ",
    topics: "ऑर्डर पार्सल वापसी डिलीवरी चालान टूटा हुआ इंतज़ार पता गलत रंग आकार पैसे सप्ताह ट्रैकिंग नंबर कूरियर आया विनिमय वारंटी \
        शिकायत दो बार कार्ड भुगतान रद्द सदस्यता मिलेगा उत्पाद",
};

pub(super) const BENGALI: Words = Words {
    common: "আমার এবং এই জন্য সাথে এখনও কখন নমস্কার দয়া করে কখনো ধন্যবাদ কোনো",
    topics: "অর্ডার পার্সেল ফেরত ডেলিভারি চালান ভাঙা অপেক্ষা ঠিকানা ভুল রঙ আকার টাকা সপ্তাহ নম্বর আসেনি বিনিময় অভিযোগ দুইবার \
        কার্ড পেমেন্ট বাতিল পাবো পণ্য পোশাক দোকান গৌরব",
};

/// What names of products are made of.
pub(super) const SYLLABLES: &str = "vel mora dan tis kor lin sa bel ur go ne pra lo ta zen fi ra qua mer on ti bo ka \
    sol di nex al vi ro em ha pu";

/// First names of customers.
pub(super) const FIRST_NAMES: &str = "Anna Jan Zofia Piotr Łukasz Maja Élodie François Chloé Jürgen Käthe Lukas Emma Olivia \
    Noah Liam Małgorzata Stanisław Agnès Søren Björk Martin Laura Elif Nguyễn Ольга Γιώργος 지우 Amélie Tomasz Ewa";

/// Last names of customers, in the same order of frequency.
pub(super) const LAST_NAMES: &str = "Nowak Kowalski Wiśniewska Dubois Lefèvre Müller Schäfer Smith Johnson Brown Wójcik Zieliński \
    Moreau Girard Weiß Fischer O'Brien Taylor Szymański Dąbrowska Roux Lambert Größing Vogel Clarke Yılmaz Иванов \
    Παπαδόπουλος 김 Ødegård Król Mazur";
